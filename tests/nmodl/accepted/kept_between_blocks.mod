: run 20 stim 0.1
TITLE An ASSIGNED that one block sets and another reads
NEURON {
    SUFFIX kept_between_blocks
    NONSPECIFIC_CURRENT i
    RANGE e, start
}
INDEPENDENT { t FROM 0 TO 1 WITH 1 (ms) }
COMMENT
What INITIAL makes of parameters alone is a constant of the run: `scale`, and the
PARAMETER e.  `memory` is not.
ENDCOMMENT
PARAMETER {
    e = -20 (mV)
    start = 0.25
    m0 = 0.125
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    scale
    memory
}
STATE { m FROM 0 TO 1 }
UNITSOFF
INITIAL {
    if (e > -50) {
        e = -50
    }
    scale = 0.001*(1 + start)
    memory = m + v/100
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = scale*m*(v - e)
    memory = 0.001*v
}
DERIVATIVE states {
    m' = (start - memory - m)/7
}
UNITSON
