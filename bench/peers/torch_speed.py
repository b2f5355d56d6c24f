#!/usr/bin/env python3
"""Trains the networks of `inkling bench` with Inkling and with PyTorch, one after the other in the
same minutes, and prints both and their ratio.

    bench/peers/torch_speed.py [--inkling PATH] [--seconds S] [NAME...]

The networks are read from the text that `inkling bench --json` prints, so that both train the same.
PyTorch gets batches that are already tensors and pictures with their channels last, one and two
threads, and its better number counts. Needs python3-torch and libopenblas0-pthread: without the latter
Debian's PyTorch is fifteen times slower. Huge pages: run it with
GLIBC_TUNABLES=glibc.malloc.hugetlb=1, which helps PyTorch by a tenth; Inkling asks for them itself."""
import argparse
import json
import statistics
import subprocess
import time

import torch
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "gelu": nn.GELU, "tanh": nn.Tanh}
CHANNELS_LAST = torch.channels_last


class Residual(nn.Module):
    def __init__(self, branch):
        super().__init__()
        self.branch = branch

    def forward(self, x):
        return x + self.branch(x)


class Scale(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return x * self.factor


class Builder:
    """Inkling's text form to the same modules; shape is (channels, height, width) or (size,)."""

    def __init__(self, text):
        self.words = text.replace("(", " ( ").replace(")", " ) ").split()
        first = [int(n) for n in self.words.pop(0).split("x")]
        self.shape = first if len(first) == 1 else [first[2], first[0], first[1]]
        self.input = list(self.shape)
        self.net = self.sequence()

    def next_is(self, *wanted):
        if self.words and self.words[0] in wanted:
            return self.words.pop(0)
        return None

    def convolution(self, filters, kernel, bias, same=True):
        c, h, w = self.shape
        layer = nn.Conv2d(c, filters, kernel, padding=kernel // 2 if same else 0, bias=bias)
        self.shape = [filters] + ([h, w] if same else [h - kernel + 1, w - kernel + 1])
        return layer

    def layer(self):
        word = self.words.pop(0)
        if word in ACTIVATIONS:
            return [ACTIVATIONS[word]()]
        if word == "softmax":  # part of PyTorch's cross-entropy
            return []
        if word == "dense":
            flat = [] if len(self.shape) == 1 else [nn.Flatten()]
            size = 1
            for n in self.shape:
                size *= n
            self.shape = [int(self.words.pop(0))]
            return flat + [nn.Linear(size, self.shape[0])]
        if word == "conv":
            filters, kernel = int(self.words.pop(0)), int(self.words.pop(0).split("x")[0])
            same = not self.next_is("valid")
            return [self.convolution(filters, kernel, not self.next_is("nobias"), same)]
        if word == "whiten":
            kernel = int(self.words.pop(0).split("x")[0])
            bias = not self.next_is("nobias")
            layer = self.convolution(2 * self.shape[0] * kernel * kernel, kernel, bias, False)
            layer.weight.requires_grad = False
            return [layer]
        if word == "pool":
            k = int(self.words.pop(0))
            self.shape = [self.shape[0], self.shape[1] // k, self.shape[2] // k]
            return [nn.MaxPool2d(k)]
        if word == "norm":
            self.next_is("noscale")
            return [nn.BatchNorm2d(self.shape[0]) if len(self.shape) == 3
                    else nn.BatchNorm1d(self.shape[0])]
        if word == "scale":
            return [Scale(float(self.words.pop(0)))]
        if word == "residual":
            self.words.pop(0)
            branch = self.sequence()
            self.words.pop(0)
            return [Residual(branch)]
        raise SystemExit(f"this script does not know \"{word}\"")

    def sequence(self):
        layers = []
        while self.words and self.words[0] != ")":
            layers += self.layer()
        return nn.Sequential(*layers)


def optimiser(name, parameters):
    if name == "adam":
        return torch.optim.Adam(parameters, lr=0.001)
    # PyTorch 1.13 has no Muon: momentum, which costs it less.
    return torch.optim.SGD(parameters, lr=0.001, momentum=0 if name == "sgd" else 0.9)


def train_rate(entry, threads, seconds):
    """Pictures a second, the median of five runs: forward, backward and update."""
    torch.set_num_threads(threads)
    build = Builder(entry["network"])
    batch, squared = entry["batch"], entry["cost"] == "squared"
    net, x = build.net, torch.rand(4, batch, *build.input)
    if len(build.input) == 3:
        net = net.to(memory_format=CHANNELS_LAST)
        x = [one.contiguous(memory_format=CHANNELS_LAST) for one in x]
    labels = torch.arange(batch) % 10
    target = nn.functional.one_hot(labels, 10).float() if squared else labels
    cost = nn.MSELoss() if squared else nn.CrossEntropyLoss()
    step = optimiser(entry["optimizer"], [p for p in net.parameters() if p.requires_grad])
    rates = []
    for run in range(6):
        begun, done = time.perf_counter(), 0
        while done == 0 or time.perf_counter() - begun < seconds / 5:
            step.zero_grad()
            cost(net(x[done // batch % 4]), target).backward()
            step.step()
            done += batch
        rates.append(done / (time.perf_counter() - begun))
    return statistics.median(rates[1:])  # the first warms up


def predict_time(entry, seconds):
    """Microseconds for one picture, one thread: the best of the plain and the traced network."""
    torch.set_num_threads(1)
    build = Builder(entry["network"])
    net, x = build.net.eval(), torch.rand(1, *build.input)
    times = []
    with torch.inference_mode():
        for run in (net, torch.jit.freeze(torch.jit.trace(net, x))):
            for _ in range(20):
                run(x)
            begun, done = time.perf_counter(), 0
            while time.perf_counter() - begun < seconds / 2:
                run(x)
                done += 1
            times.append((time.perf_counter() - begun) / done * 1e6)
    return min(times)


def main():
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("names", nargs="*", metavar="NAME")
    options.add_argument("--inkling", default="inkling")
    options.add_argument("--seconds", type=float, default=2)
    args = options.parse_args()
    print(f"PyTorch {torch.__version__}; pictures a second\n"
          f"{'':10} {'threads':>7} {'Inkling':>10} {'PyTorch':>10}")
    run = subprocess.run([args.inkling, "bench", "--json", "--seconds", str(args.seconds),
                          "--threads", "2", *args.names], capture_output=True, text=True, check=True)
    best = {}
    for line in run.stdout.splitlines():
        entry = json.loads(line)
        if entry["bench"] == "train":
            ours = entry["images_per_second"]
            theirs = train_rate(entry, entry["threads"], args.seconds)
            print(f"{entry['name']:10} {entry['threads']:7} {ours:10.0f} {theirs:10.0f}", flush=True)
            pair = best.setdefault(entry["name"], [0, 0])
            best[entry["name"]] = [max(pair[0], ours), max(pair[1], theirs)]
        elif entry["bench"] == "predict":
            ours, theirs = best[entry["name"]]
            print(f"{'':10} best of both: {ours / theirs:.2f} times as fast")
            theirs = predict_time(entry, args.seconds)
            print(f"{'':10} one picture: {entry['microseconds']:.1f} and {theirs:.1f} microseconds, "
                  f"{theirs / entry['microseconds']:.2f} times as fast", flush=True)


main()
