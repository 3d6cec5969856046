: warn 11 'spare' is never used
: warn 15 'idle' is never used
: warn 16 'written' is assigned but never read
: warn 22 'forgotten' is never called
NEURON {
    SUFFIX unused
    NONSPECIFIC_CURRENT i
}
PARAMETER {
    g = 0.001 (S/cm2)
    spare = 3
}
ASSIGNED {
    v (mV)
    idle
    written
    i (mA/cm2)
}
INITIAL {
    written = g
}
FUNCTION forgotten(x) {
    forgotten = x
}
BREAKPOINT {
    i = g*v
}
