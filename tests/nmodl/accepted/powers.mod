: run 20 stim 0.1
TITLE Powers
NEURON {
    SUFFIX powers
    NONSPECIFIC_CURRENT i
    GLOBAL p, q
}
PARAMETER {
    p = 1
    q = 2.3
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
}
STATE { m }
INITIAL {
    m = 0.3
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = 0.001*(m^3 + m^p + 0.1*m^-2 + m^0.5 + -m^2)*(v + 70)
}
DERIVATIVE states {
    LOCAL end, tau
    end = q^((v + 40)/40)
    tau = 3 + 2^-1 + (v + 1)^0
    m' = (end - m)/tau
}
