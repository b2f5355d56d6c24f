/* The studio: see studio.h. */
#include "studio/studio.h"

ink_status studio_serve(const studio_settings *settings, ink_error *err)
{
    (void)settings;
    *err = (ink_error){.status = INK_EUNSUPPORTED, .text = "the studio is not there yet"};
    return INK_EUNSUPPORTED;
}

void studio_stop(void)
{
}
