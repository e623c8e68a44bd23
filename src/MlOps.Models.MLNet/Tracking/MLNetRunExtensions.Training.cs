using Microsoft.ML;

namespace MlOps.Tracking;

public static partial class MLNetRunExtensions
{
    /// <summary>Records the metrics that trainers report during training, such as the loss of each iteration.</summary>
    /// <remarks>
    /// <para>
    /// The metrics have the names of the trainers in lower case: <c>training/loss</c>, <c>training/dual_loss</c> and <c>training/duality_gap</c> for SDCA,
    /// <c>training/loss</c> and <c>training/improvement</c> for L-BFGS and SGD. FastTree and averaged perceptrons report no metrics, only the number of the
    /// tree or iteration to <paramref name="progress"/>. If a context trains several models, as in cross-validation, the metrics of the second one are
    /// <c>training/loss_2</c> and so on.
    /// </para>
    /// <para>
    /// Only one call per context may be active at a time. An exception during recording or from <paramref name="progress"/> stops the recording, but not the
    /// training.
    /// </para>
    /// </remarks>
    /// <param name="run">The run.</param>
    /// <param name="context">The context of the trainers.</param>
    /// <param name="progress">Receives each step. It may be called on any thread.</param>
    /// <param name="prefix">The prefix of the metric names.</param>
    /// <returns>An object that records the remaining metrics and stops the recording when it is disposed.</returns>
    /// <example>
    /// <code>
    /// using (run.LogTraining(ml))
    /// {
    ///     model = pipeline.Fit(trainSet);
    /// }
    /// </code>
    /// </example>
    public static IDisposable LogTraining(this IRun run, MLContext context, IProgress<TrainingProgress>? progress = null, string prefix = "training/")
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(prefix);
        return new TrainingListener(run, context, progress, prefix);
    }
}
