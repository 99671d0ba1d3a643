"""Tools of those who make art9: training, evaluation, checks of packs and corpus."""
