: run 20 stim 0.1
TITLE A concentration that is itself the STATE
NEURON {
    SUFFIX ion_state
    USEION ca READ cai WRITE cai
    USEION k READ ek WRITE ik
}
ASSIGNED {
    v  (mV)
    ek (mV)
    ik (mA/cm2)
}
STATE { cai (mM) }
INITIAL {
    cai = 2e-4
}
BREAKPOINT {
    SOLVE shell METHOD cnexp
    ik = 0.3*cai*(v - ek)
}
DERIVATIVE shell {
    cai' = (1e-3/(1 + exp(-(v + 40)/10)) - cai)/20
}
