using System.Text.Json;
using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>Functions whose identities are compared.</summary>
internal static class CodeSample
{
    /// <summary>Computes the digest of the identity of a function.</summary>
    public static Sha256Digest Identify(Func<StepContext, CancellationToken, Task> work) =>
        Sha256Digest.Of(JsonSerializer.SerializeToUtf8Bytes(Read(work), WorkflowJson.Default.CodeIdentity));

    /// <summary>Reads the identity of a function.</summary>
    public static CodeIdentity Read(Func<StepContext, CancellationToken, Task> work) =>
        CodeIdentityReader.Read(new WorkflowStep { Name = "train", Work = work });

    /// <summary>Makes a function that captures a value.</summary>
    public static Func<StepContext, CancellationToken, Task> Capture(object? value) => (context, _) =>
    {
        context.SetValue("value", $"{value}");
        return Task.CompletedTask;
    };

    public static Func<StepContext, CancellationToken, Task> Retry(Func<StepContext, CancellationToken, Task> inner, int times = 3) => async (context, token) =>
    {
        for (var i = 1; ; i++)
        {
            try
            {
                await inner(context, token);
                return;
            }
            catch (IOException) when (i < times)
            {
                context.SetValue("tries", $"{i}");
            }
        }
    };

    public static Task TrainGeneric<TModel>(StepContext context, CancellationToken cancellationToken) => Set(context, typeof(TModel).Name);

    public static Task TrainTree(StepContext context, CancellationToken cancellationToken) => Set(context, "Tree");

    public static Task TrainLinear(StepContext context, CancellationToken cancellationToken) => Set(context, "Linear");

    public static Task Train(this string model, StepContext context, CancellationToken cancellationToken) => Set(context, model);

    public static Task Set(StepContext context, string model)
    {
        context.SetValue("model", model);
        return Task.CompletedTask;
    }

    public sealed class Tree;

    public sealed class Linear;

    public sealed class Generic<TModel>(int depth = 3)
    {
        public Task RunAsync(StepContext context, CancellationToken cancellationToken) => Set(context, depth == 3 ? typeof(TModel).Name : "");
    }

    public abstract class Trainer
    {
        public Task RunAsync(StepContext context, CancellationToken cancellationToken) => Set(context, Fit());

        protected abstract string Fit();
    }

    public sealed class TreeTrainer : Trainer
    {
        protected override string Fit() => "Tree";
    }

    public sealed class LinearTrainer : Trainer
    {
        protected override string Fit() => "Linear";
    }

    public sealed class DeepTrainer(int depth, Dictionary<string, double> rates)
    {
        public Task RunAsync(StepContext context, CancellationToken cancellationToken) => Set(context, $"{depth} {rates.Count}");
    }

    public readonly struct Setting(int depth)
    {
        public Task RunAsync(StepContext context, CancellationToken cancellationToken) => Set(context, $"{depth}");
    }
}
