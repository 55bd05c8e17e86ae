#ifndef DAYBOOK_CLZ4_SHIM_H
#define DAYBOOK_CLZ4_SHIM_H

#include <lz4frame.h>

#endif
