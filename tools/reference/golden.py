#!/usr/bin/env python3
"""Writes tests/golden.h: small networks computed by PyTorch, for tests/test_golden.c.

Forward, gradient and five steps of each optimiser of a 5-4-3 network, batch normalisation forward
and backward, picture networks with all their layers, Muon, whitening. Run with Debian's
python3-torch:  /usr/bin/python3 tools/reference/golden.py > tests/golden.h
New tables come last, so that those before them stay as they are.
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

# Three steps of Muon on one matrix, straight from its definition.
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


# From here on numbers to begin with are not written down but made alike on both sides, and of slopes
# only every so many-th is, beside their product with such numbers: wide layers have many.
def numbers(seed, *shape):
    """-1 <= x < 1, each a float32."""
    found = []
    for _ in range(torch.Size(shape).numel()):
        seed = (1664525 * seed + 1013904223) % 2 ** 32
        found.append((seed >> 8) / 2 ** 23 - 1)
    return torch.tensor(found).view(shape)


def slopes(name, seed, values, step):
    values = values.flatten()
    table(name, torch.cat([values[::step], (values @ numbers(seed, len(values))).view(1)]))


def golden_network(name, text, shapes, size, run, steps):
    """`run(x, p)` gives scores of three classes; p are a quarter of the numbers."""
    x = numbers(1, len(labels), *size).requires_grad_()
    start = numbers(2, sum(torch.Size(shape).numel() for shape in shapes)) / 4
    p = start.clone().requires_grad_()
    sizes = [torch.Size(shape).numel() for shape in shapes]
    z = run(x.permute(0, 3, 1, 2), [part.view(shape) for part, shape in zip(torch.split(p, sizes), shapes)])
    nn.functional.cross_entropy(z, labels).backward()
    lines = " \\\n    ".join(f'"{line}"' for line in text)
    print(f"\n#define GOLDEN_{name.upper()}_NETWORK \\\n    {lines}")
    print(f"enum {{ GOLDEN_{name.upper()}_COUNT = {len(start)}, GOLDEN_{name.upper()}_STEP = {steps[0]}, "
          f"GOLDEN_{name.upper()}_DX_STEP = {steps[1]} }};")
    table(f"golden_{name}_y", torch.softmax(z, 1))
    slopes(f"golden_{name}_gradient", 3, p.grad, steps[0])
    slopes(f"golden_{name}_dx", 4, x.grad, steps[1])


# By Winograd's tiles: sixteen channels and more, 3x3 with zeros around and 5x5 without.
def tiles(x, p):
    x = torch.tanh(convolve(x, p[0], p[1], padding=1))
    x = nn.functional.silu(convolve(x, p[2]))
    return x.mean((2, 3)) @ p[3] + p[4]


golden_network("tiles", ["6x7x16 conv 16 3x3 tanh conv 17 5x5 valid nobias silu pool global average ",
                         "dense 3 softmax"],
               [(3, 3, 16, 16), (16,), (5, 5, 16, 17), (17, 3), (3,)], (6, 7, 16), tiles, (61, 29))


# The rest of what looks at pictures: valid, depthwise groups, pools that overlap, of the largest and
# of the mean, a branch beside what enters it, norm with a scale of its own, flatten.
def rest(x, p):
    x = ACTIVATIONS["gelu"](convolve(x, p[0], p[1]))
    x = convolve(x, p[2], p[3], padding=1, groups=4)
    x = torch.tanh(nn.functional.batch_norm(x, None, None, p[4], p[5], True))
    x = nn.functional.max_pool2d(x, 3, 2)
    x = nn.functional.silu(x + torch.tanh(convolve(x, p[6], p[7], padding=1)))
    x = nn.functional.avg_pool2d(x, (2, 3), 1)
    return x.permute(0, 2, 3, 1).flatten(1) @ p[8] + p[9]


golden_network("rest", ["10x11x2 conv 4 2x3 valid gelu conv 4 3x3 groups 4 norm tanh pool 3 stride 2 ",
                        "residual( conv 4 3x3 tanh ) silu pool 2x3 stride 1 average flatten dense 3 softmax"],
               [(2, 3, 2, 4), (4,), (3, 3, 1, 4), (4,), (4,), (4,), (3, 3, 4, 4), (4,), (3 * 2 * 4, 3), (3,)],
               (10, 11, 2), rest, (1, 13))

# Norm in use: running moments of two batches of pictures, then the first alone.
print()
norm = nn.BatchNorm2d(3)
batches = numbers(5, 2, 4, 2, 3, 3)
with torch.no_grad():
    for batch in batches:
        norm(batch.permute(0, 3, 1, 2))
norm.eval()
table("golden_running_state", torch.cat([norm.running_mean, norm.running_var]))
table("golden_running_y", norm(batches[0][:1].permute(0, 3, 1, 2)).permute(0, 2, 3, 1))

# Whitening of 2x2 patches of two channels that are nearly alike. W of the filters has columns of any
# sign in any order: W W', and each filter's squared output summed over the pictures' pixels, sorted.
pictures = numbers(6, 3, 5, 5, 2) / 4 + numbers(7, 3, 5, 5, 1)
patches = nn.functional.unfold(pictures.permute(0, 3, 1, 2), 2)  # [picture][channel, i, j][place]
patches = patches.view(3, 2, 4, 16).permute(0, 3, 2, 1).reshape(3 * 16, 8)
values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
filters = vectors / (values + 5e-4).sqrt()
table("golden_whiten_square", filters @ filters.T)
table("golden_whiten_sums", ((patches[:16] @ filters) ** 2).sum(0).sort().values)

# A convolution in bfloat16: operands are rounded, sums are not.
x, w, b = numbers(8, 2, 5, 6, 4), numbers(9, 3, 3, 4, 6), numbers(10, 6)
x, w = (t.bfloat16().double() for t in (x, w))
table("golden_bf16_y", convolve(x.permute(0, 3, 1, 2), w, b, padding=1).permute(0, 2, 3, 1))

# Its way back, from slopes that are bfloat16 numbers as they stand.
dz = (numbers(11, 2, 5, 6, 6) * 8).round() / 8
x, w, b = (t.requires_grad_() for t in (x, w, b))
(convolve(x.permute(0, 3, 1, 2), w, b, padding=1).permute(0, 2, 3, 1) * dz).sum().backward()
table("golden_bf16_gradient", torch.cat([w.grad.flatten(), b.grad]))
table("golden_bf16_dx", x.grad)

print("/* clang-format on */\n\n#endif")
