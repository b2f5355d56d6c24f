/* What can be downloaded.
 *
 * Digests: of MNIST's unpacked files, computed from files whose pictures were compared with the
 * published ones; MD5 as documented by the publishers in the README of
 * https://github.com/zalandoresearch/fashion-mnist and on
 * https://www.cs.toronto.edu/~kriz/cifar.html. */
#include "data/catalogue.h"

#define MNIST_ADDRESSES                                                                            \
    {                                                                                              \
        "https://ossci-datasets.s3.amazonaws.com/mnist/",                                          \
            "https://storage.googleapis.com/cvdf-datasets/mnist/",                                 \
            "http://yann.lecun.com/exdb/mnist/"                                                    \
    }
#define FASHION_ADDRESSES                                                                          \
    {                                                                                              \
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",                             \
            "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"            \
    }
#define MNIST(name, hex)                                                                           \
    {                                                                                              \
        "mnist", "mnist", name, MNIST_ADDRESSES, hex, INK_HASH_SHA256, true, 0                     \
    }
#define FASHION(name, hex)                                                                         \
    {                                                                                              \
        "fashion", "fashion-mnist", name, FASHION_ADDRESSES, hex, INK_HASH_MD5, false, 0           \
    }

const ink__remote ink__remotes[] = {
    MNIST("train-images-idx3-ubyte.gz",
          "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    MNIST("train-labels-idx1-ubyte.gz",
          "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    MNIST("t10k-images-idx3-ubyte.gz",
          "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    MNIST("t10k-labels-idx1-ubyte.gz",
          "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    FASHION("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
    FASHION("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
    FASHION("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
    FASHION("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"),
    {"cifar10",
     "cifar10",
     "cifar-10-binary.tar.gz",
     {"https://www.cs.toronto.edu/~kriz/"},
     "c32a1d4ab5d03f1284b67883e8d87530",
     INK_HASH_MD5,
     false,
     170052171},
    {0},
};

const char *const ink__doodles[INK_DOODLES] = {
    "helicopter", "house plant", "cat",      "cruise ship", "windmill",
    "popsicle",   "tractor",     "umbrella", "bicycle",     "octopus"};

static const ink_source sources[] = {
    {"mnist", "70,000 handwritten digits, 28x28", "LeCun, Cortes, Burges; CC BY-SA 3.0",
     "http://yann.lecun.com/exdb/mnist/", 11594722},
    {"fashion", "70,000 articles of clothing, 28x28", "Zalando Research; MIT",
     "https://github.com/zalandoresearch/fashion-mnist", 30878645},
    {"quickdraw", "doodles, 28x28: ten categories, the first 4,000 of each",
     "Google Quick, Draw!; CC BY 4.0", "https://quickdraw.withgoogle.com/data",
     (uint64_t)INK_DOODLES *INK_DRAWINGS * 784},
    {"cifar10", "60,000 colour pictures, 32x32", "Krizhevsky 2009",
     "https://www.cs.toronto.edu/~kriz/cifar.html", 170052171},
};

size_t ink_source_count(void)
{
    return sizeof sources / sizeof *sources;
}

const ink_source *ink_source_at(size_t index)
{
    return &sources[index];
}
