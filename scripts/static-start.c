// What the fully static program needs to start in a root that holds nothing but itself, not even /proc.
// Linked in by scripts/build-static only.

#include <stddef.h>
#include <unistd.h>

void _swift_stdlib_overrideUnsafeArgvArgc(char **argv, int argc);
char *__wrap_swift_copyAuxiliaryExecutablePath(const char *name);

// The runtime looks for its own arguments in /proc/self/maps (CommandLine.cpp) and without them has none.
// The C library hands them to every constructor.
__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
  _swift_stdlib_overrideUnsafeArgvArgc(argv, argc);
}

// The runtime looks for its crash reporter beside itself, and aborts where it cannot read /proc/self/exe (Paths.cpp).
// One file has no reporter beside it.
char *__wrap_swift_copyAuxiliaryExecutablePath(const char *name) {
  (void)name;
  return NULL;
}

// The thread pool counts its running workers once a second in /proc/self/task and stops the program where there is
// none (libdispatch, event/workqueue.c). Without /proc no worker is counted; the pool then keeps to one per processor.
void __real__dispatch_workq_worker_register(void *queue);
void __real__dispatch_workq_worker_unregister(void *queue);

static int workers_can_be_counted;

__attribute__((constructor)) static void look_for_proc(void) {
  workers_can_be_counted = access("/proc/self/task", F_OK) == 0;
}

void __wrap__dispatch_workq_worker_register(void *queue) {
  if (workers_can_be_counted) __real__dispatch_workq_worker_register(queue);
}

void __wrap__dispatch_workq_worker_unregister(void *queue) {
  if (workers_can_be_counted) __real__dispatch_workq_worker_unregister(queue);
}
