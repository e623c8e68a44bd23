using System.Globalization;

namespace MlOps.Tracking;

/// <summary>The recorded inputs of a training that is being reproduced: parameters, seed and datasets.</summary>
/// <remarks>Thread-safe. The folders of the datasets are deleted after the training unless <see cref="ReproductionOptions.DataFolder"/> is
/// set.</remarks>
public sealed class RecordedTraining
{
    private readonly IReadOnlyDictionary<string, string> _folders;

    internal RecordedTraining(Run recorded, IRun run, IReadOnlyDictionary<string, string> folders)
    {
        Recorded = recorded;
        Run = run;
        _folders = folders;
    }

    /// <summary>Gets the recorded run.</summary>
    public Run Recorded { get; }

    /// <summary>Gets the new run, to which the training logs its metrics. It already has the recorded parameters, seed and
    /// datasets.</summary>
    public IRun Run { get; }

    /// <summary>Gets the recorded seed.</summary>
    public int Seed => Recorded.Seed;

    /// <summary>Gets the value of a recorded parameter, parsed in the invariant culture.</summary>
    /// <typeparam name="T">The type of the value, such as <see cref="int"/> or <see cref="string"/>.</typeparam>
    /// <param name="name">The name of the parameter.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The recorded run does not have the parameter.</exception>
    /// <exception cref="FormatException">The value cannot be parsed as <typeparamref name="T"/>.</exception>
    public T GetParameter<T>(string name)
        where T : IParsable<T> => Recorded.Parameters.TryGetValue(name, out var value)
        ? T.Parse(value, CultureInfo.InvariantCulture)
        : throw new ArgumentException(
            $"The run '{Recorded.Id}' has no parameter '{name}'. Use one of its parameters: {Quote(Recorded.Parameters.Keys)}.", nameof(name));

    /// <summary>Gets the folder that contains the verified files of a recorded dataset.</summary>
    /// <param name="dataset">The name of the dataset. If the run used several versions, the folder contains the highest version.</param>
    /// <returns>The path of the folder.</returns>
    /// <exception cref="ArgumentException">The recorded run did not use a stored dataset with this name.</exception>
    public string GetData(string dataset) => _folders.TryGetValue(dataset, out var folder)
        ? folder
        : throw new ArgumentException(
            $"The run '{Recorded.Id}' used no dataset '{dataset}' that is in the store. Use one of its stored datasets: {Quote(_folders.Keys)}.",
            nameof(dataset));

    private static string Quote(IEnumerable<string> names) =>
        string.Join(", ", names.Select(static name => $"'{name}'")) is { Length: > 0 } list ? list : "none";
}
