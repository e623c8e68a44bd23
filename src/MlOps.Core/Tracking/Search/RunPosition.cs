using MlOps.Search;

namespace MlOps.Tracking;

/// <summary>The position of a run in an order.</summary>
/// <param name="Values">The values of the ordering keys; <see langword="null"/> for a key without a value.</param>
/// <param name="Started">The start time, in microseconds since 1970 in UTC.</param>
/// <param name="Id">The identifier.</param>
internal readonly record struct RunPosition(FilterValue?[] Values, double Started, string Id);
