namespace MlOps.Tracking;

/// <summary>The exception that is thrown when the store does not contain an experiment.</summary>
public sealed class ExperimentNotFoundException : MlOpsException
{
    /// <summary>Initializes a new instance of the <see cref="ExperimentNotFoundException"/> class.</summary>
    /// <param name="experiment">The requested name.</param>
    /// <param name="names">The names of the experiments in the store.</param>
    internal ExperimentNotFoundException(string experiment, IReadOnlyCollection<string> names)
        : base($"There is no experiment '{Documents.RecordText.Shorten(experiment)}' in the store. {NearestName.Suggest(experiment, names)}"
            + "Correct the name. The first run of an experiment creates it.") =>
        Experiment = experiment;

    /// <summary>Gets the requested name.</summary>
    public string Experiment { get; }
}
