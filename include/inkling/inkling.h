/* All of libinkling. */
#ifndef INKLING_INKLING_H
#define INKLING_INKLING_H

#include "inkling/augment.h"
#include "inkling/dataset.h"
#include "inkling/download.h"
#include "inkling/error.h"
#include "inkling/evaluate.h"
#include "inkling/machine.h"
#include "inkling/model.h"
#include "inkling/network.h"
#include "inkling/optimizer.h"
#include "inkling/picture.h"
#include "inkling/pool.h"
#include "inkling/recipe.h"
#include "inkling/terminal.h"
#include "inkling/train.h"
#include "inkling/trainer.h"

#define INKLING_VERSION "0.3.0"

#endif
