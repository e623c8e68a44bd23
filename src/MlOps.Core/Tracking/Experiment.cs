namespace MlOps.Tracking;

/// <summary>An experiment: the common record of its runs.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Experiment
{
    private readonly ExperimentState _state;

    internal Experiment(string name, ExperimentState state)
    {
        Name = name;
        _state = state;
    }

    /// <summary>Gets the number that identifies the experiment besides its name, for protocols that need one.</summary>
    /// <value>A random number of 1 to 18 decimal digits. It never changes, and two experiments have different ones.</value>
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

    /// <summary>Gets the time of its creation, by the writer's clock.</summary>
    public DateTimeOffset Created => _state.Created;

    /// <summary>Gets the time of its last change, by the writer's clock. Runs do not change it.</summary>
    public DateTimeOffset Updated => _state.Updated;

    /// <summary>Gets a value indicating whether it was deleted. It can be restored, and its runs with it.</summary>
    public bool IsDeleted => _state.IsDeleted;
}
