namespace MlOps.Tracking;

/// <summary>A page of the runs that a query finds.</summary>
public sealed class RunPage
{
    /// <summary>Gets the runs, in the order of the query.</summary>
    public required IReadOnlyList<Run> Runs { get; init; }

    /// <summary>Gets the token of the next page, for <see cref="RunQuery.PageToken"/>.</summary>
    /// <value><see langword="null"/> for the last page. Otherwise letters, digits, <c>-</c> and <c>_</c>: about 250, and more where the query orders by long
    /// texts.</value>
    public string? NextPageToken { get; init; }
}
