using System.Globalization;

namespace MlOps.Tracking;

/// <summary>What a training is to be repeated with.</summary>
/// <remarks>Thread-safe. The folders live as long as the training, unless <see cref="ReproductionOptions.DataFolder"/> was given.</remarks>
public sealed class RecordedTraining
{
    private readonly IReadOnlyDictionary<string, string> _folders;

    internal RecordedTraining(Run recorded, IRun run, IReadOnlyDictionary<string, string> folders)
    {
        Recorded = recorded;
        Run = run;
        _folders = folders;
    }

    /// <summary>Gets the run that is repeated, with its parameters and seed.</summary>
    public Run Recorded { get; }

    /// <summary>Gets the new run, which has the recorded parameters, seed and data already. Its metrics are what is compared.</summary>
    public IRun Run { get; }

    /// <summary>Gets the recorded seed.</summary>
    public int Seed => Recorded.Seed;

    /// <summary>Gets a recorded parameter.</summary>
    /// <typeparam name="T">What to read it as, such as <see cref="int"/> or <see cref="string"/>; the text is in the invariant culture.</typeparam>
    /// <param name="name">The parameter.</param>
    /// <returns>Its value.</returns>
    /// <exception cref="ArgumentException">The run has no such parameter.</exception>
    /// <exception cref="FormatException">It is nothing of that type.</exception>
    public T GetParameter<T>(string name)
        where T : IParsable<T> => Recorded.Parameters.TryGetValue(name, out var value)
        ? T.Parse(value, CultureInfo.InvariantCulture)
        : throw new ArgumentException($"The run '{Recorded.Id}' has no parameter '{name}'. It has {string.Join(", ", Recorded.Parameters.Keys.Select(static key => $"'{key}'"))}.", nameof(name));

    /// <summary>Gets the folder that a recorded dataset was restored to, verified.</summary>
    /// <param name="dataset">The dataset's name; of several versions the highest number is meant.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="ArgumentException">The run used no dataset of that name that is in the store.</exception>
    public string GetData(string dataset) => _folders.TryGetValue(dataset, out var folder)
        ? folder
        : throw new ArgumentException($"The run '{Recorded.Id}' used no dataset '{dataset}' that is in the store. It used {string.Join(", ", _folders.Keys.Select(static key => $"'{key}'"))}.", nameof(dataset));
}
