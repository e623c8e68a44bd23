using Microsoft.ML;

namespace MlOps.Tracking;

/// <summary>Follows training.</summary>
public static class TrainingProgressExtensions
{
    /// <summary>Records what trainers of a context measure while they train, such as the loss of each iteration, as metrics with steps.</summary>
    /// <remarks>
    /// <para>The metrics have the trainers' own names, in lower case: <c>training/loss</c>, <c>training/dual_loss</c>, <c>training/duality_gap</c> of SDCA; <c>training/loss</c>, <c>training/improvement</c> of L-BFGS and SGD.
    /// FastTree and averaged perceptrons measure nothing; of these <paramref name="progress"/> hears the tree or iteration. Where one context trains several times, as in cross-validation, the second
    /// time is <c>training/loss_2</c>, and so on.</para>
    /// <para>Thread safety: one at a time for each context. Nothing that goes wrong here stops the training.</para>
    /// </remarks>
    /// <param name="run">The run.</param>
    /// <param name="context">The context that the trainers are made from.</param>
    /// <param name="progress">Told of each step, on any thread. One that throws is told nothing more, and nothing more is recorded.</param>
    /// <param name="prefix">What the names of the metrics begin with.</param>
    /// <returns>What to dispose after the training, which records what is not recorded yet.</returns>
    public static IDisposable LogTraining(this IRun run, MLContext context, IProgress<TrainingStep>? progress = null, string prefix = "training/")
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(prefix);
        return new TrainingListener(run, context, progress, prefix);
    }
}
