: run 20 stim 0.1
TITLE TABLE of a function; a current that is not linear in v
NEURON {
    SUFFIX table_function
    NONSPECIFIC_CURRENT i
}
PARAMETER { mg = 1 (mM) }
ASSIGNED {
    v (mV)
    i (mA/cm2)
}
BREAKPOINT {
    i = 0.0004*block(v)*(v - 10) + 0.0001*(v + 70)
}
FUNCTION block(u (mV)) {
    TABLE DEPEND mg FROM -140 TO 80 WITH 1000
    block = 1/(1 + mg*exp(-0.062 (/mV)*u)/3.57 (mM))
}
