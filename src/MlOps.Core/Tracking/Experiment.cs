namespace MlOps.Tracking;

/// <summary>An experiment, which groups runs.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Experiment
{
    private readonly ExperimentState _state;

    internal Experiment(string name, ExperimentState state)
    {
        Name = name;
        _state = state;
    }

    /// <summary>Gets the numeric identifier, for protocols that require a number.</summary>
    /// <value>A random number with 1 to 18 decimal digits. It is unique in the store and never changes.</value>
    public long Id => _state.Id;

    /// <summary>Gets the name, which never changes.</summary>
    public string Name { get; }

    /// <summary>Gets the display name.</summary>
    /// <value>The default is <see cref="Name"/>.</value>
    public string DisplayName => _state.DisplayName ?? Name;

    /// <summary>Gets the description, in Markdown.</summary>
    public string? Description => _state.Description;

    /// <summary>Gets the tags.</summary>
    public IReadOnlyDictionary<string, string> Tags => _state.Tags;

    /// <summary>Gets the creation time, from the clock of the writer.</summary>
    public DateTimeOffset Created => _state.Created;

    /// <summary>Gets the time of the last change, from the clock of the writer. Runs do not affect it.</summary>
    public DateTimeOffset Updated => _state.Updated;

    /// <summary>Gets a value indicating whether the experiment is deleted. A deleted experiment and its runs can be restored.</summary>
    public bool IsDeleted => _state.IsDeleted;
}
