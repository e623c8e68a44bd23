using System.Diagnostics.CodeAnalysis;

namespace MlOps.Serving;

/// <summary>The models that this process serves. Adds and removes models while it runs, such as one for each tenant.</summary>
/// <remarks>
/// <para>Thread safety: every member may be called from any thread at any time.</para>
/// <para>Ownership: the container owns the models and unloads them. A model that was removed throws <see cref="ObjectDisposedException"/>.</para>
/// </remarks>
/// <example>
/// <code>
/// await models.AddAsync&lt;Row, Score&gt;($"churn-{tenant}", options => options.Model = $"churn-{tenant}", cancellationToken);
/// </code>
/// </example>
public interface IServedModels
{
    /// <summary>Gets all models, in the order of their names.</summary>
    IReadOnlyList<IModel> Models { get; }

    /// <summary>Finds a model.</summary>
    /// <param name="name">The name under which it is served. Case is ignored.</param>
    /// <returns>The model; <see langword="null"/> if there is none. A model that was added with types is an <see cref="IModel{TInput, TOutput}"/>.</returns>
    IModel? Find(string name);

    /// <summary>Serves one more model, by named tensors.</summary>
    /// <param name="name">The name under which it is served.</param>
    /// <param name="configure">Sets options; no section of the configuration is read.</param>
    /// <param name="cancellationToken">Cancels the load. The model is then not added.</param>
    /// <returns>The model, which is loaded unless <see cref="ServedModelOptions.Start"/> says otherwise.</returns>
    /// <exception cref="ArgumentException">A model is served under the name.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is not valid.</exception>
    /// <exception cref="MlOpsException">The model is required and cannot be served. It is not added.</exception>
    Task<IModel> AddAsync(string name, Action<ServedModelOptions>? configure = null, CancellationToken cancellationToken = default);

    /// <summary>Serves one more model, for callers with types of their own.</summary>
    /// <inheritdoc cref="AddAsync(string, Action{ServedModelOptions}?, CancellationToken)"/>
    /// <typeparam name="TInput">The type of an input row; its properties stand for the model's inputs.</typeparam>
    /// <typeparam name="TOutput">The type of an output row; its properties stand for outputs of the model.</typeparam>
    Task<IModel<TInput, TOutput>> AddAsync<
        [DynamicallyAccessedMembers(
            DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors
            | DynamicallyAccessedMemberTypes.NonPublicConstructors)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>(
        string name, Action<ServedModelOptions>? configure = null, CancellationToken cancellationToken = default)
        where TInput : class
        where TOutput : class, new();

    /// <summary>Stops serving a model that was added while the process runs, and unloads it when its last prediction has ended.</summary>
    /// <param name="name">The name under which it is served. Case is ignored.</param>
    /// <param name="cancellationToken">Cancels waiting for its predictions; the model is removed all the same.</param>
    /// <returns><see langword="false"/> if there is no such model, or it is still being added; cancel the call that adds it.</returns>
    /// <exception cref="InvalidOperationException">The model was registered with <c>AddModel</c>.</exception>
    Task<bool> RemoveAsync(string name, CancellationToken cancellationToken = default);
}
