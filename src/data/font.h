/* A small font for captions: capital letters, digits and a few signs, 5 x 7 pixels. */
#ifndef INK_DATA_FONT_H
#define INK_DATA_FONT_H

#include <stdint.h>

enum { INK_FONT_WIDTH = 5, INK_FONT_HEIGHT = 7, INK_FONT_ADVANCE = 6 };

/* The rows of a character from top to bottom, the leftmost pixel in bit 4. Small letters are drawn
 * as capitals, what is not in the font as a blank. */
const uint8_t *ink__font_rows(char character);

#endif
