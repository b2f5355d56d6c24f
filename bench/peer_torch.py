#!/usr/bin/env python3
"""The four networks of `inkling bench` trained by PyTorch on the CPU, for comparison in the same
hour on the same machine. Forward, backward and update with torch.optim on batches that are already
tensors: nothing is loaded or evaluated. Needs python3-torch, and libopenblas0-pthread: without it Debian's PyTorch is
fifteen times slower."""
import statistics
import sys
import time

import torch
from torch import nn

CONTESTS = [
    ("784-100-10", [784, 100, 10], nn.Sigmoid, True, 100, 0.0),
    ("784-300-10", [784, 300, 10], nn.ReLU, False, 32, 0.9),
    ("784-1024-1024-10", [784, 1024, 1024, 10], nn.ReLU, False, 128, 0.9),
    ("3072-256-10", [3072, 256, 10], nn.ReLU, False, 64, 0.9),
]


def rate(sizes, activation, squared, batch, momentum, seconds):
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), activation()]
    net = nn.Sequential(*(layers if squared else layers[:-1]))
    cost = nn.MSELoss() if squared else nn.CrossEntropyLoss()
    step = torch.optim.SGD(net.parameters(), lr=0.001, momentum=momentum)
    x = torch.rand(20, batch, sizes[0])
    labels = torch.arange(batch) % 10
    target = nn.functional.one_hot(labels, 10).float() if squared else labels
    rates = []
    for _ in range(5):
        begun, done = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds / 5:
            for i in range(20):
                step.zero_grad()
                cost(net(x[i]), target).backward()
                step.step()
                done += batch
        rates.append(done / (time.perf_counter() - begun))
    return statistics.median(rates)


seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1
print("PyTorch", torch.__version__)
for name, sizes, activation, squared, batch, momentum in CONTESTS:
    for threads in (1, 2):
        torch.set_num_threads(threads)
        print(f"{name:18} batch {batch:3}  {threads} thread{'s' if threads > 1 else ' '}"
              f"  {rate(sizes, activation, squared, batch, momentum, seconds):9.0f} pictures/s",
              flush=True)
