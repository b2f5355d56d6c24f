/* CSV: what csv.c gives to the gathering of files. */
#ifndef INK_DATA_CSV_H
#define INK_DATA_CSV_H

#include "data/gather.h"

/* Text of lines with equally many fields, numbers among them. */
bool ink__csv_recognise(const uint8_t *bytes, size_t size);
ink_status ink__csv_add(ink__gather *gather, ink__file *file, ink_error *err);

#endif
