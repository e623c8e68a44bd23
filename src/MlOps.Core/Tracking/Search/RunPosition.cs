using MlOps.Search;

namespace MlOps.Tracking;

/// <summary>The place of a run in an order.</summary>
/// <param name="Values">The values of the keys of the order; <see langword="null"/> for a key that the run does not have.</param>
/// <param name="Started">The start, in microseconds since 1970.</param>
/// <param name="Id">The identifier.</param>
internal readonly record struct RunPosition(FilterValue?[] Values, double Started, string Id);
