: run 30 stim 0.02 event 2 0.01 event 5.012 0.02 event 5.013 0.005
TITLE Events that add to states
NEURON {
    POINT_PROCESS synapse_simple
    NONSPECIFIC_CURRENT i
    RANGE tau, e
}
PARAMETER {
    tau = 4 (ms)
    e = 0 (mV)
    g0 = 0.0005 (uS)
}
ASSIGNED {
    v (mV)
    i (nA)
    factor
}
STATE { g (uS) h (uS) }
INITIAL {
    factor = exp(1)
    h = 0.0001
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = (g + h)*(v - e)
}
DERIVATIVE states {
    g' = -g/tau
    h' = (g - h)/2
}
NET_RECEIVE(weight (uS)) {
    g = g + weight*factor
    state_discontinuity(h, h + weight/2)
}
