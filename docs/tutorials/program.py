"""Makes the data of this tutorial up: flowers.csv, bars.npy and bars.csv."""
import math
import random
import struct

KINDS = {"setosa": (5, 3.4, 1.5, 0.4), "versicolor": (5.9, 2.8, 4.3, 1.3), "virginica": (6.6, 3, 5.6, 2)}


def flower():
    """Four lengths in centimetres, and the kind: a large flower is large in all of them."""
    kind, means = random.choice(list(KINDS.items()))
    size = random.gauss(0, 0.3)
    return [f"{max(0.1, mean + size + random.gauss(0, 0.4)):.2f}" for mean in means] + [kind]


def bar(side=16):
    """A blurred line at any angle, near the middle: bytes, row by row."""
    angle, distance = random.uniform(0, math.pi), random.gauss(0, side / 7)
    c, s, middle = math.cos(angle), math.sin(angle), (side - 1) / 2
    return [int(255 * math.exp(-(((x - middle) * c + (y - middle) * s - distance) ** 2) / 4))
            for y in range(side) for x in range(side)]


def write_csv(path, rows):
    with open(path, "w") as file:
        for row in rows:
            print(*row, sep=",", file=file)


def write_npy(path, images):
    """What numpy.save(path, images) writes, of bytes (N, 16, 16)."""
    header = str({"descr": "|u1", "fortran_order": False, "shape": (len(images), 16, 16)}).ljust(117) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode())
        file.write(b"".join(map(bytes, images)))


random.seed(1)
names = ["sepal length", "sepal width", "petal length", "petal width", "species"]
write_csv("flowers.csv", [names] + [flower() for _ in range(600)])
bars = [bar() for _ in range(1200)]
write_npy("bars.npy", bars)
write_csv("bars.csv", bars)
