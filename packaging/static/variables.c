/* SPDX-License-Identifier: BSD-3-Clause */
/* What glibc's variables are called in archives that were compiled for programs; see
 * libraries.cmake.                                                             */
#include <errno.h>
#include <stdio.h>

#define HIDDEN __attribute__((visibility("hidden")))

extern HIDDEN FILE *hnn_stdin, *hnn_stdout, *hnn_stderr;
extern HIDDEN char *hnn_program_name;
FILE *hnn_stdin, *hnn_stdout, *hnn_stderr;
char *hnn_program_name;

__attribute__((constructor)) static void set_variables(void)
{
    hnn_stdin = stdin;
    hnn_stdout = stdout;
    hnn_stderr = stderr;
    hnn_program_name = program_invocation_name;
}
