: run 30 stim 0.1
TITLE TABLE of a procedure, past both of its ends too
NEURON {
    SUFFIX table_procedure
    NONSPECIFIC_CURRENT i
    GLOBAL half
}
PARAMETER {
    half = -55 (mV)
    celsius (degC)
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    minf
    mtau (ms)
}
STATE { m }
INITIAL {
    rates(v - 10)
    m = minf
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = 0.0007*m*(v + 75)
}
DERIVATIVE states {
    rates(v - 10)
    m' = (minf - m)/mtau
}
PROCEDURE rates(u (mV)) {
    LOCAL q10
    TABLE minf, mtau DEPEND half, celsius FROM -72 TO -40 WITH 37
    q10 = 3^((celsius - 30)/10)
    minf = 1/(1 + exp(-(u - half)/7))
    mtau = 6/q10/(exp((u + 60)/20) + exp(-(u + 60)/20))
}
