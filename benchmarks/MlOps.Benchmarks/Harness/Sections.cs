namespace MlOps.Benchmarks;

/// <summary>The parts of a report, each measured in a folder of its own making.</summary>
/// <typeparam name="TScale">How much data they move.</typeparam>
internal sealed class Sections<TScale> : Dictionary<string, Func<string, TScale, Task<IEnumerable<IOutcome>>>>
{
    /// <summary>Measures all parts, or one, one after the other.</summary>
    /// <param name="only">The name of the one to measure; <see langword="null"/> for all.</param>
    /// <param name="scale">How much data to move.</param>
    public async Task<IReadOnlyList<IOutcome>> RunAsync(string? only, TScale scale)
    {
        // Beside the program rather than in the system's temporary folder, which on many machines is memory.
        var folder = Path.Combine(AppContext.BaseDirectory, "work");
        Directory.CreateDirectory(folder);
        try
        {
            var outcomes = new List<IOutcome>();
            foreach (var section in this.Where(section => only is null || section.Key == only))
            {
                outcomes.AddRange(await section.Value(folder, scale));
            }

            return outcomes;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
