TITLE Synapse with exponential rise and decay

COMMENT
The conductance g = B - A rises with tau1 and decays with tau2; an event adds to both
A and B, scaled so that one of weight 1 peaks at 1 uS.  The same numbers as the
Exp2Syn that NEURON brings along, where it is built in.

The peak lies at tp = tau1*tau2/(tau2 - tau1)*log(tau2/tau1).  Equal time constants
would divide by zero: tau1 is kept a little below tau2, and not below a billionth of it.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS Exp2Syn
    NONSPECIFIC_CURRENT i
    RANGE tau1, tau2, e, i, g
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}

PARAMETER {
    tau1 = 0.1 (ms) <1e-9,1e9>
    tau2 = 10  (ms) <1e-9,1e9>
    e    = 0   (mV)
}

ASSIGNED {
    v (mV)
    i (nA)
    g (uS)
    factor
}

STATE {
    A (uS)
    B (uS)
}

INITIAL {
    LOCAL tp
    if (tau1/tau2 > 0.9999) {
        tau1 = 0.9999*tau2
    }
    if (tau1/tau2 < 1e-9) {
        tau1 = 1e-9*tau2
    }
    tp = tau1*tau2/(tau2 - tau1)*log(tau2/tau1)
    factor = 1/(exp(-tp/tau2) - exp(-tp/tau1))
    A = 0
    B = 0
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    g = B - A
    i = g*(v - e)
}

DERIVATIVE decay {
    A' = -A/tau1
    B' = -B/tau2
}

NET_RECEIVE(weight (uS)) {
    A = A + weight*factor
    B = B + weight*factor
}
