#include "native/engine_internal.h"

__attribute__((visibility("default"))) const hnn_engine_api *hnn_engine_entry(void);

const hnn_engine_api *hnn_engine_entry(void)
{
    return native_engine_api();
}
