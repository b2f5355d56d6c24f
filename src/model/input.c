/* Samples as a network wants them: one multiplication and one addition a value. */
#include "model/input.h"

void ink_input_for(const ink_dataset *dataset, ink_input *input)
{
    int height, width, channels;
    float mean[4] = {0}, deviation[4] = {0};
    ink_dataset_shape(dataset, &height, &width, &channels);
    *input = (ink_input){.channels = channels};
    for (int c = 0; c < 4; c++)
        input->factor[c] = 1;
    if (channels == 1)
        return;
    ink_dataset_moments(dataset, mean, deviation);
    for (int c = 0; c < channels && c < 4; c++) {
        input->mean[c] = mean[c];
        input->factor[c] = deviation[c] > 1e-6f ? 1 / deviation[c] : 1;
    }
}

void ink__input_from_pixels(const ink_input *input, const uint8_t *pixels, size_t count, float *x)
{
    size_t channels = (size_t)input->channels;
    float factor[4], shift[4];
    for (size_t c = 0; c < channels; c++) {
        factor[c] = input->factor[c] / 255;
        shift[c] = -input->mean[c] * input->factor[c];
    }
    if (channels == 1) /* a loop of its own, which compilers turn into vectors */
        for (size_t i = 0; i < count; i++)
            x[i] = (float)pixels[i] * factor[0] + shift[0];
    else
        for (size_t i = 0; i < count; i += channels)
            for (size_t c = 0; c < channels; c++)
                x[i + c] = (float)pixels[i + c] * factor[c] + shift[c];
}

void ink__input_from_values(const ink_input *input, const float *values, size_t count, float *x)
{
    size_t channels = (size_t)input->channels;
    for (size_t c = 0; c < channels; c++) {
        float mean = input->mean[c], factor = input->factor[c];
        for (size_t i = c; i < count; i += channels)
            x[i] = (values[i] - mean) * factor;
    }
}

void ink__input_sample(const ink_input *input, const ink_dataset *dataset, size_t index, float *x)
{
    int height, width, channels;
    ink_dataset_shape(dataset, &height, &width, &channels);
    size_t size = (size_t)height * (size_t)width * (size_t)channels;
    const uint8_t *pixels = ink_dataset_pixels(dataset, index);
    if (pixels)
        ink__input_from_pixels(input, pixels, size, x);
    else
        ink__input_from_values(input, ink_dataset_values(dataset, index), size, x);
}

void ink_input_sample(const ink_input *input, const ink_dataset *dataset, size_t index, float *x)
{
    ink__input_sample(input, dataset, index, x);
}
