/* Settings as text: what a checkpoint says of a run. */
#ifndef INK_TRAIN_SETTINGS_H
#define INK_TRAIN_SETTINGS_H

#include "inkling/train.h"

/* One "name value" a line, all of them but the strings, exactly enough digits to give the same bits
 * back. Free with ink__free. */
char *ink__settings_print(const ink_train_settings *settings, ink_error *err);
/* Reads that text; names that are missing keep their default. INK_EFORMAT names what is wrong. */
ink_status ink__settings_parse(const char *text, ink_train_settings *settings, ink_error *err);

/* Can the network take such samples, and answer in their classes? */
ink_status ink__check_fit(const ink_network *network, const ink_dataset *dataset, ink_error *err);

#endif
