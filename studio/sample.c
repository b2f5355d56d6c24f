/* Samples of a data set as pictures: see sample.h. */
#include "studio/sample.h"

#include "studio/say.h"

#include <stdlib.h>
#include <string.h>

sample_shape sample_shape_of(const ink_dataset *set)
{
    sample_shape s;
    ink_dataset_shape(set, &s.height, &s.width, &s.channels);
    s.pictures = ink_dataset_count(set) > 0 && ink_dataset_pixels(set, 0);
    return s;
}

size_t sample_size(sample_shape s)
{
    return (size_t)s.height * (size_t)s.width * (size_t)s.channels;
}

sample_shape sample_shape_within(sample_shape s, int side)
{
    int longest = s.height > s.width ? s.height : s.width;
    if (longest > side) {
        s.height = (int)((int64_t)s.height * side / longest);
        s.width = (int)((int64_t)s.width * side / longest);
        s.height += s.height == 0;
        s.width += s.width == 0;
    }
    return s;
}

ink_status sample_picture(const ink_dataset *set, size_t index, sample_shape as, uint8_t *pixels,
                          ink_error *err)
{
    sample_shape is = sample_shape_of(set);
    const uint8_t *from = ink_dataset_pixels(set, index);
    if (is.height == as.height && is.width == as.width) {
        memcpy(pixels, from, sample_size(is));
        return INK_OK;
    }
    ink_picture whole = {is.height, is.width, is.channels, malloc(sample_size(is))}, small;
    if (!whole.pixels)
        return say_error(err, INK_ENOMEM, "there is no memory for a picture");
    memcpy(whole.pixels, from, sample_size(is));
    ink_status status = ink_picture_resize(&whole, as.height, as.width, &small, err);
    free(whole.pixels);
    if (status == INK_OK) {
        memcpy(pixels, small.pixels, sample_size(as));
        ink_picture_release(&small);
    }
    return status;
}
