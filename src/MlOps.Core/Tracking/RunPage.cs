namespace MlOps.Tracking;

/// <summary>A page of the runs that a query finds.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class RunPage
{
    internal RunPage(IReadOnlyList<Run> runs, string? nextPageToken)
    {
        Runs = runs;
        NextPageToken = nextPageToken;
    }

    /// <summary>Gets the runs in the order of the query.</summary>
    public IReadOnlyList<Run> Runs { get; }

    /// <summary>Gets the token of the next page, for <see cref="RunQuery.PageToken"/>.</summary>
    /// <value><see langword="null"/> on the last page. Otherwise about 250 letters, digits, <c>-</c> and <c>_</c>. The token is longer if
    /// the query orders by long texts.</value>
    public string? NextPageToken { get; }
}
