namespace MlOps.Tracking;

/// <summary>Which runs to find, and in what order.</summary>
public sealed class RunQuery
{
    /// <summary>Gets the experiments to search.</summary>
    /// <value>The default is empty: all that are not deleted.</value>
    public IReadOnlyList<string> Experiments { get; init; } = [];

    /// <summary>Gets the condition, in MLflow's syntax.</summary>
    /// <value>Such as <c>metrics.auc &gt; 0.9 and params.lr = '0.1'</c>. The default is empty: all runs.
    /// <c>min.auc</c>, <c>max.auc</c>, <c>min_step.auc</c> and <c>max_step.auc</c> are the extremes of a metric over all steps and the steps of these.
    /// <c>duration</c> is in seconds; that of a run under way lasts until now. <c>tags.stage IS NULL</c> finds the runs without the tag.</value>
    public string Filter { get; init; } = "";

    /// <summary>Gets the order.</summary>
    /// <value>Keys as in a filter, each with <c>asc</c> (the default) or <c>desc</c>, such as <c>metrics.auc desc</c>. Ascending, parameters that are numbers come before those that are not. Runs without the key come last. The default is empty; what it leaves open is decided by the start, newest first.</value>
    public IReadOnlyList<string> OrderBy { get; init; } = [];

    /// <summary>Gets the maximum number of runs to return.</summary>
    /// <value>The default, <see langword="null"/>, is all. The size of a page.</value>
    public int? Take { get; init; }

    /// <summary>Gets the token of the page to return.</summary>
    /// <value>The <see cref="RunPage.NextPageToken"/> of the page before, which the same query returned; <see cref="Take"/> may differ. The default,
    /// <see langword="null"/>, is the first page.</value>
    public string? PageToken { get; init; }

    /// <summary>Gets which runs count as to deletion.</summary>
    /// <value>The default is those that are not deleted.</value>
    public RunLifecycle Lifecycle { get; init; }
}
