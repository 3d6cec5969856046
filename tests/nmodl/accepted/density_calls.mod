: run 20 stim 0.1
TITLE A procedure with several arguments; an argument that is assigned
NEURON {
    SUFFIX density_calls
    NONSPECIFIC_CURRENT i
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    a
    b
}
STATE { m }
INITIAL {
    both(v, 2)
    m = a
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = 0.0004*m*(v + 60 - celsius_shift())
}
DERIVATIVE states {
    both(v, 1.5)
    m' = (a - m)/(b + 1)
}
PROCEDURE both(u, k) {
    u = u/20
    a = clipped(1/(k + exp(-u)))
    b = k + fabs(u)
}
FUNCTION clipped(x) {
    clipped = x
    if (clipped > 0.4) {
        clipped = 0.4
    }
}
FUNCTION celsius_shift() {
    celsius_shift = 1.5
}
