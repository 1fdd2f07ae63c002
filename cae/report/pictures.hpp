#pragma once

#include <contractive/cae/model/model.hpp>

namespace contractive::cae {

/// The numbers of a code's units (N, units) by the variance over the samples, the largest first.
template <class T> [[nodiscard]] std::vector<std::size_t> by_variance(const Array<T>& codes);

/// The first layer's filters, at most `count`, each scaled to its own largest magnitude (grey is
/// 0), channels averaged. Where they are the code's units, those whose code varies most over the
/// samples x (N, d) come first; always saturated ones, which nothing taught, come last. Writes
/// nothing, and returns false, where filters are no images: no weighted layer, or vectors whose
/// length is no square from 8 x 8 on: those are rather the columns of a table.
template <class T>
bool write_filters(const std::string& path, const Network<T>& network, const Array<T>& x,
                   std::size_t count = 100);

/// Pairs of samples x (N, d), the original to the left and its reconstruction to the right. Returns
/// false as above. `sample` is one sample's shape.
template <class T>
bool write_reconstructions(const std::string& path, const ContractiveAutoencoder<T>& model,
                           const Array<T>& x, const Shape& sample);

/// Samples x (N, d) as tiles, ten a row. Returns false as above.
template <class T>
bool write_samples(const std::string& path, const Array<T>& x, const Shape& sample);

/// For each sample x (N, d) a strip of three lines: the sample with its tangents (N, m, d), each
/// scaled to its own largest magnitude, grey is 0; then the sample moved along each, forth and
/// back, by 0.4 of its own length. Images (height, width), one for each sample; none where samples
/// are no images.
template <class T>
[[nodiscard]] std::vector<Array<T>> tangent_strips(const Array<T>& x, const Array<T>& tangents,
                                                   const Shape& sample);
/// The strips one below the other. Returns false as above.
template <class T>
bool write_tangents(const std::string& path, const Array<T>& x, const Array<T>& tangents,
                    const Shape& sample);

} // namespace contractive::cae
