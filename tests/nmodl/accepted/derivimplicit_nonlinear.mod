: run 20 stim 0.05
TITLE Nonlinear equations by Newton's method
NEURON {
    SUFFIX derivimplicit_nonlinear
    NONSPECIFIC_CURRENT i
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
}
STATE { x z }
INITIAL {
    x = 1
    z = 0.1
}
BREAKPOINT {
    SOLVE reaction METHOD derivimplicit
    i = 0.0005*x*(v + 60) + 0.0001*z*v
}
DERIVATIVE reaction {
    x' = 0.4 - 0.3*x*x*z - 0.1*pow(x, 1.5)
    z' = 0.3*x*x*z - 0.2*z*exp(-z/3)
}
