using System.Collections.Immutable;
using System.Globalization;
using MlOps.Models;

namespace MlOps.Serving;

/// <summary>
/// Loads models of the format <c>line</c>: a file with a slope. The models predict y = slope · x and record how they are used.
/// </summary>
internal sealed class LineLoader : IModelLoader
{
    private ImmutableList<LoadedLine> _models = [];
    private int _loads;

    public string Format => "line";

    public int Loads => _loads;

    /// <summary>Gets all models that were loaded.</summary>
    public ImmutableList<LoadedLine> Models => Volatile.Read(ref _models);

    /// <summary>Gets or sets the action before a model is loaded, such as a wait or a failure.</summary>
    public Func<ModelSource, Task> Before { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Gets or sets the action after a model is loaded.</summary>
    public Action<LoadedLine> After { get; set; } = static _ => { };

    /// <summary>Gets or sets the zero-based index of the predictor whose creation fails.</summary>
    public int FailingPredictor { get; set; } = -1;

    public async Task<ILoadedModel> LoadAsync(ModelSource source, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _loads);
        await Before(source);
        var text = await File.ReadAllTextAsync(Path.Combine(source.Folder, "slope.txt"), cancellationToken);
        if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var slope))
        {
            throw new ModelFormatException(source, $"'{text}' is no slope. Write a number into slope.txt.");
        }

        var model = new LoadedLine(source, slope, FailingPredictor);
        After(model);
        ImmutableInterlocked.Update(ref _models, static (models, added) => models.Add(added), model);
        return model;
    }
}
