/* What libnrniv calls while it starts, to learn of the bundled mechanisms.
 *
 * The order is that of the names (capitals first), as in hnn-core: NEURON computes currents
 * and states in it, so that kca sees the calcium of the new step.               */
extern void _ar_reg(void);
extern void _ca_reg(void);
extern void _cad_reg(void);
extern void _cat_reg(void);
extern void _event_source_reg(void);
extern void _gabab_destexhe_reg(void);
extern void _hh2_reg(void);
extern void _kca_reg(void);
extern void _km_reg(void);
extern void _NMDA_gao_reg(void);

__attribute__((visibility("default"))) void modl_reg(void);

void modl_reg(void)
{
    _NMDA_gao_reg();
    _ar_reg();
    _ca_reg();
    _cad_reg();
    _cat_reg();
    _event_source_reg();
    _gabab_destexhe_reg();
    _hh2_reg();
    _kca_reg();
    _km_reg();
}
