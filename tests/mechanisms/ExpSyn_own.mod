TITLE Synapse of the tests: ExpSyn, whose current has a name of its own

NEURON {
    THREADSAFE
    POINT_PROCESS ExpSyn_own
    NONSPECIFIC_CURRENT isyn
    RANGE tau, e
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}

PARAMETER {
    tau = 0.1 (ms) <1e-9,1e9>
    e   = 0   (mV)
}

ASSIGNED {
    v    (mV)
    isyn (nA)
}

STATE { g (uS) }

INITIAL {
    g = 0
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    isyn = g*(v - e)
}

DERIVATIVE decay {
    g' = -g/tau
}

NET_RECEIVE(weight (uS)) {
    g = g + weight
}
