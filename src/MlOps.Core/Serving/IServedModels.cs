using System.Diagnostics.CodeAnalysis;

namespace MlOps.Serving;

/// <summary>Lists the models that this process serves, and adds and removes models at run time, such as one for each tenant.</summary>
/// <remarks>
/// <para>Thread safety: all members are safe for concurrent use.</para>
/// <para>Ownership: the container owns the models and unloads them. A removed model throws <see cref="ObjectDisposedException"/>.</para>
/// </remarks>
/// <example>
/// <code>
/// var model = await models.AddAsync&lt;Customer, Churn&gt;($"churn-{tenant}", options => options.Alias = "production", cancellationToken);
/// var prediction = model.Predict(customer);
/// await models.RemoveAsync($"churn-{tenant}", cancellationToken);
/// </code>
/// </example>
public interface IServedModels
{
    /// <summary>Gets all models, ordered by name.</summary>
    IReadOnlyList<IModel> Models { get; }

    /// <summary>Finds a model by name.</summary>
    /// <param name="name">The name of the served model, ignoring case.</param>
    /// <returns>The model, or <see langword="null"/> if it does not exist. A model that was added with row types is an
    /// <see cref="IModel{TInput, TOutput}"/>.</returns>
    IModel? Find(string name);

    /// <summary>Adds a model that predicts from named tensors.</summary>
    /// <param name="name">The name of the served model.</param>
    /// <param name="configure">Sets options. Configuration sections are not read.</param>
    /// <param name="cancellationToken">A token that cancels the load. A canceled call adds no model.</param>
    /// <returns>The model. It is loaded unless <see cref="ServedModelOptions.Start"/> is <see cref="ModelStartMode.Lazy"/>.</returns>
    /// <exception cref="ArgumentException">A model with the name exists.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is not valid.</exception>
    /// <exception cref="MlOpsException">The model is required and cannot be served. It is not added.</exception>
    Task<IModel> AddAsync(string name, Action<ServedModelOptions>? configure = null, CancellationToken cancellationToken = default);

    /// <summary>Adds a model with typed input and output rows.</summary>
    /// <inheritdoc cref="AddAsync(string, Action{ServedModelOptions}?, CancellationToken)"/>
    /// <typeparam name="TInput">The type of an input row. Its properties map to the inputs of the model.</typeparam>
    /// <typeparam name="TOutput">The type of an output row. Its properties map to outputs of the model.</typeparam>
    Task<IModel<TInput, TOutput>> AddAsync<
        [DynamicallyAccessedMembers(
            DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors
            | DynamicallyAccessedMemberTypes.NonPublicConstructors)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>(
        string name, Action<ServedModelOptions>? configure = null, CancellationToken cancellationToken = default)
        where TInput : class
        where TOutput : class, new();

    /// <summary>Removes a model that <c>AddAsync</c> added, and unloads it after its last prediction has completed.</summary>
    /// <param name="name">The name of the served model, ignoring case.</param>
    /// <param name="cancellationToken">A token that cancels the wait for predictions in progress. The model is removed in any case.</param>
    /// <returns><see langword="false"/> if the model does not exist or is still being added. To stop an addition, cancel its <c>AddAsync</c> call.</returns>
    /// <exception cref="InvalidOperationException">The model was registered with <c>AddModel</c>.</exception>
    Task<bool> RemoveAsync(string name, CancellationToken cancellationToken = default);
}
