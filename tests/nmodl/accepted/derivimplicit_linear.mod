: run 20 stim 0.05
TITLE Coupled linear equations, solved together
NEURON {
    SUFFIX derivimplicit_linear
    NONSPECIFIC_CURRENT i
}
PARAMETER {
    ab = 0.5 (/ms)
    ba = 0.1 (/ms)
    bc = 0.3 (/ms)
    cb = 0.2 (/ms)
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    open
}
STATE { A B C }
INITIAL {
    A = 1
    B = 0
    C = 0
}
BREAKPOINT {
    SOLVE chain METHOD derivimplicit
    i = 0.001*C*(v + 20) + 0.001*open*(v + 80)
}
DERIVATIVE chain {
    A' = -ab*A + ba*B
    B' = ab*A - (ba + bc*exp(v/100))*B + cb*C
    open = A + B
    C' = bc*exp(v/100)*B - cb*C
}
