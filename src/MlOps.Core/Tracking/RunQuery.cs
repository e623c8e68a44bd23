namespace MlOps.Tracking;

/// <summary>The filter, the order and the page of a search for runs.</summary>
public sealed class RunQuery
{
    /// <summary>Gets the names of the experiments to search.</summary>
    /// <value>The default is empty and selects all experiments that are not deleted.</value>
    public IReadOnlyList<string> Experiments { get; init; } = [];

    /// <summary>Gets the filter expression, in the syntax of MLflow.</summary>
    /// <value>An expression such as <c>metrics.auc &gt; 0.9 and params.lr = '0.1'</c>. The default is empty and selects all runs.
    /// <c>min.auc</c>, <c>max.auc</c>, <c>min_step.auc</c> and <c>max_step.auc</c> are the minimum and the maximum of a metric over all
    /// steps, and their steps. <c>duration</c> is the duration in seconds; for a run in progress, the duration until now.
    /// <c>tags.stage IS NULL</c> selects the runs without the tag.</value>
    public string Filter { get; init; } = "";

    /// <summary>Gets the ordering keys.</summary>
    /// <value>Keys as in a filter, each with <c>asc</c> (the default) or <c>desc</c>, such as <c>metrics.auc desc</c>. In ascending order,
    /// numeric parameters precede other parameters. Runs without a value are last. The default is empty. Runs with equal keys are ordered
    /// by start time, newest first.</value>
    public IReadOnlyList<string> OrderBy { get; init; } = [];

    /// <summary>Gets the maximum number of runs to return, which is also the page size.</summary>
    /// <value>The default, <see langword="null"/>, is no limit.</value>
    public int? Take { get; init; }

    /// <summary>Gets the token of the page to return.</summary>
    /// <value>The <see cref="RunPage.NextPageToken"/> of the previous page of the same query. <see cref="Take"/> can differ. The default,
    /// <see langword="null"/>, is the first page.</value>
    public string? PageToken { get; init; }

    /// <summary>Gets the deletion states of the runs to return.</summary>
    /// <value>The default is <see cref="RunLifecycle.Active"/>.</value>
    public RunLifecycle Lifecycle { get; init; }
}
