#!/usr/bin/env python3
"""Writes tests/golden.h: small networks computed by PyTorch, for tests/test_golden.c.

Forward, gradient and five steps of each optimiser of a 5-4-3 network, batch normalisation forward
and backward, a picture network with all its layers, and Muon. Run with Debian's python3-torch:  tools/reference/golden.py > tests/golden.h
"""
import torch
from torch import nn

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)


def table(name, tensor):
    numbers = [f"{x:.9g}f" for x in tensor.detach().flatten().tolist()]
    numbers = [x if "." in x or "e" in x else x.replace("f", ".0f") for x in numbers]
    text = f"static const float {name}[] = {{"
    line = ""
    for number in numbers:
        if len(line) + len(number) > 88:
            text += "\n    " + line.rstrip()
            line = ""
        line += number + ", "
    print(text + "\n    " + line.rstrip(", ") + "};")


print("/* Made by tools/reference/golden.py with PyTorch " + torch.__version__ + ": do not edit. */")
print("#ifndef INK_TESTS_GOLDEN_H\n#define INK_TESTS_GOLDEN_H\n\n/* clang-format off */")
x = torch.randn(6, 5)
labels = torch.tensor([0, 2, 1, 1, 0, 2])
w1, b1, w2, b2 = torch.randn(5, 4), torch.randn(4), torch.randn(4, 3), torch.randn(3)
start = torch.cat([w.flatten() for w in (w1, b1, w2, b2)])
table("golden_x", x)
table("golden_start", start)


def network(parameters, activation):
    a, b, c, d = torch.split(parameters, [20, 4, 12, 3])
    return activation(x @ a.view(5, 4) + b) @ c.view(4, 3) + d


ACTIVATIONS = {
    "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu,
    "leaky": lambda z: nn.functional.leaky_relu(z, 0.01), "silu": nn.functional.silu,
    "gelu": lambda z: nn.functional.gelu(z, approximate="tanh"),
}
for name, activation in ACTIVATIONS.items():
    p = start.clone().requires_grad_()
    z = network(p, activation)
    nn.functional.cross_entropy(z, labels).backward()
    table(f"golden_{name}_y", torch.softmax(z, 1))
    table(f"golden_{name}_gradient", p.grad)

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.99, eps=1e-8),
    "adam": lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.9, 0.999), eps=1e-8),
}
for name, make in OPTIMIZERS.items():
    p = start.clone().requires_grad_()
    optimizer = make([p])
    for _ in range(5):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(p, torch.tanh), labels).backward()
        optimizer.step()
    table(f"golden_{name}_after", p)
# Decoupled decay moves weights alone, not biases.
parts = [t.clone().requires_grad_() for t in (w1.flatten(), b1, w2.flatten(), b2)]
optimizer = torch.optim.AdamW([{"params": parts[0::2], "weight_decay": 0.1},
                               {"params": parts[1::2], "weight_decay": 0}], lr=0.05, eps=1e-8)
for _ in range(5):
    optimizer.zero_grad()
    nn.functional.cross_entropy(network(torch.cat(parts), torch.tanh), labels).backward()
    optimizer.step()
table("golden_adamw_after", torch.cat(parts))

# 5 norm dense 3, squared error summed over nodes, mean over samples.
scale, shift = torch.randn(5), torch.randn(5)
p = torch.cat([scale, shift, torch.randn(15), torch.randn(3)]).requires_grad_()
table("golden_norm_start", p)
a, b, c, d = torch.split(p, [5, 5, 15, 3])
y = nn.functional.batch_norm(x, None, None, a, b, True, 0, 1e-5) @ c.view(5, 3) + d
target = nn.functional.one_hot(labels, 3).double()
((y - target) ** 2).sum(1).mean().backward()
table("golden_norm_y", y)
table("golden_norm_gradient", p.grad)
# One picture network with every layer that looks at pictures, in our order of numbers: weights
# [height][width][channels/groups][filters], pictures [height][width][channels].
PICTURE = ("8x9x4 conv 6 3x3 stride 2 groups 2 gelu residual( conv 6 3x1 nobias norm noscale tanh | "
           "conv 6 1x1 ) silu pool 2 layernorm conv 5 2x2 tanh pool global average dense 3 scale 0.5 softmax")
SHAPES = [(3, 3, 2, 6), (6,), (3, 1, 6, 6), (6,), (1, 1, 6, 6), (6,), (6,), (6,), (2, 2, 6, 5), (5,),
          (5, 3), (3,)]
pictures = torch.randn(6, 8, 9, 4)
start = torch.cat([0.5 * torch.randn(shape).flatten() for shape in SHAPES])


def convolve(x, w, b=None, **more):
    return nn.functional.conv2d(x, w.permute(3, 2, 0, 1), b, **more)


def picture_network(parameters, x):
    sizes = [torch.Size(shape).numel() for shape in SHAPES]
    p = [part.view(shape) for part, shape in zip(torch.split(parameters, sizes), SHAPES)]
    gelu = ACTIVATIONS["gelu"]
    x = gelu(convolve(x.permute(0, 3, 1, 2), p[0], p[1], stride=2, padding=1, groups=2))
    one = nn.functional.batch_norm(convolve(x, p[2], padding=(1, 0)), None, None, None, p[3], True)
    x = nn.functional.silu(torch.tanh(one) + convolve(x, p[4], p[5]))
    x = nn.functional.max_pool2d(x, 2).permute(0, 2, 3, 1)
    x = nn.functional.layer_norm(x, (6,), p[6], p[7]).permute(0, 3, 1, 2)
    x = torch.tanh(convolve(nn.functional.pad(x, (0, 1, 0, 1)), p[8], p[9]))
    return 0.5 * (x.mean((2, 3)) @ p[10] + p[11])


p, x = start.clone().requires_grad_(), pictures.clone().requires_grad_()
z = picture_network(p, x)
nn.functional.cross_entropy(z, labels).backward()
print(f'\n#define GOLDEN_PICTURE_NETWORK                                                             \\\n    "{PICTURE}"')
table("golden_picture_x", pictures)
table("golden_picture_start", start)
table("golden_picture_y", torch.softmax(z, 1))
table("golden_picture_gradient", p.grad)
table("golden_picture_dx", x.grad)

# Five steps of Muon on one matrix, straight from its definition.
w = torch.randn(12, 5)
v = torch.zeros_like(w)
table("golden_muon_start", w)
steps = [torch.randn(12, 5) for _ in range(3)]
table("golden_muon_gradients", torch.stack(steps))
for g in steps:
    v = 0.6 * v + g
    u = g + 0.6 * v
    m = (u / u.norm()).T
    for _ in range(3):
        square = m @ m.T
        m = 3.4445 * m + (-4.7750 * square + 2.0315 * square @ square) @ m
    w = w * (5 ** 0.5 / w.norm()) - 0.1 * m.T
table("golden_muon_end", w)

print("/* clang-format on */\n\n#endif")
