// OpenBLAS has threads that its host chose: until the first product, or for ever with "keep".
#include <contractive/autodiff/autodiff.hpp>

extern "C" void openblas_set_num_threads(int);
extern "C" int openblas_get_num_threads();

int main(int arguments, char**) {
  const bool keep = arguments > 1;
  if (keep)
    contractive::keep_blas_threads();
  openblas_set_num_threads(2);
  const contractive::Variable<double> a(contractive::Array<double>::ones({3, 3}));
  if (sum(a * a).item() != 9 || openblas_get_num_threads() != 2)
    return 1;
  if (matmul(a, a).value()(0, 0) != 3)
    return 2;
  return openblas_get_num_threads() == (keep ? 2 : 1) ? 0 : 3;
}
