/// Where an update is transformed on its way from a site into the global model.
///
/// On the way out of a site: after training, before the update is written, digested and sent.
/// Differential privacy comes first, then compression, then the masks of secure aggregation: noise
/// must be in what is compressed, and masks cover what is sent. On the way in: after every update
/// was validated and stored, and its round was closed, before they count; in the opposite order,
/// masks first, which cancel in the sum of all updates of a round only.
///
/// What a site remembers for its next round is that of its training, not of what was sent.
@NullMarked
package dev.kumiai.core.transform;

import org.jspecify.annotations.NullMarked;
